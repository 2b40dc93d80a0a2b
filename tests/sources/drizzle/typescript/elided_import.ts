// undefined
import { T } from './missing'; let x: T | undefined; export const v = typeof x;
