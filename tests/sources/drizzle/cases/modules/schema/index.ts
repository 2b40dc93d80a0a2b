import type { Id } from '@/columns';
import { ServerType } from '@/server';
export * from './users';
export * from './posts.js';
export { roleEnum as role, type Role } from './enums';
export * as grouped from './users';
export const first: Id = '';
export { };
let unused: ServerType;
