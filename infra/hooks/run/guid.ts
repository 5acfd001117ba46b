const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a text is a GUID and nothing else. */
export const isGuid = (text: string): boolean => GUID.test(text)
