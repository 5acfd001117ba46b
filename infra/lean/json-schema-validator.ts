export { default as process } from 'node:process'

/** In the place of the SDK's own, which compiles JSON schemas: every schema of this app is zod's. */
// oxlint-disable-next-line house/syntax -- the SDK makes it, and asks nothing of it
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new TypeError('no validator of JSON schemas is deployed')
  }
}
