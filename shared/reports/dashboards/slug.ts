/** Slug under which the dashboards are listed. */
export const DASHBOARDS = 'dashboards'
