export { sizes } from './c';
