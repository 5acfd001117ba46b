/** Slug under which the saved charts are listed. */
export const SAVED_CHARTS = 'saved-charts'
