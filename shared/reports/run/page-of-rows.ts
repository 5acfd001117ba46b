import { Page } from '../../dataverse/rows/rows.ts'

/** Annotations of the page, beside those that it names, included. */
export const REPORT_PAGE = Page.loose()
export type PageOfRows = ReturnType<(typeof REPORT_PAGE)['parse']>
