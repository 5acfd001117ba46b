/** Made by infra/build-report-view.ts from `app/`, as a chunk of its own. */
declare module 'built:report-view' {
  export const html: string
}
