export const SINGLE = 'single' as const;
export { SINGLE as RENAMED };
