/** The same as in package.json; a test, and each release, holds them together. */
export const VERSION = '0.1.0'
