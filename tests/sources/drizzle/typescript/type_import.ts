// ok
import type { T } from './missing'; import { type U } from './missing2'; export const v = 'ok';
