/** Made by infra/build-views.ts from `app/`, each as a chunk of its own. */
declare module 'built:report-view' {
  export const html: string
}
declare module 'built:change-view' {
  export const html: string
}
