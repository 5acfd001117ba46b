/** Slug under which the saved views are listed. */
export const SAVED_VIEWS = 'saved-views'
