// u,d
const log: string[] = []; { using x = { [Symbol.dispose]() { log.push('d'); } }; log.push('u'); } export const v = log.join();
