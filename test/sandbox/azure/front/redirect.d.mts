/** Ports on 127.0.0.1. */
export type FrontPorts = {
  readonly front: number
  /** Answers whether a name exists. */
  readonly names: number
}

/** Redirects this process; the function that comes back ends it. */
export function redirect(ports: FrontPorts): () => void
