import type { Binding, RegisteredFunction } from '../worker/core-types.ts'
import { matchRoute, parseRouteTemplate, type RouteTemplate } from './route-template.ts'

export type HttpFunction = {
  readonly fn: RegisteredFunction
  readonly bindingName: string
  readonly trigger: Binding
}

type Route = HttpFunction & {
  readonly template: string
  readonly segments: RouteTemplate
  /** Undefined means any method. */
  readonly methods: ReadonlySet<string> | undefined
}

export type Hit = HttpFunction & { readonly params: Readonly<Record<string, string>> }
export type Router = (method: string, path: string) => Hit | undefined

function httpTrigger(fn: RegisteredFunction): HttpFunction[] {
  return Object.entries(fn.metadata.bindings)
    .filter(([, binding]) => /^httptrigger$/i.test(binding.type))
    .map(([bindingName, trigger]) => ({ fn, bindingName, trigger }))
}

function toRoute(found: HttpFunction, prefix: string): Route {
  const { name } = found.fn.metadata
  const route = found.trigger.route === undefined || found.trigger.route === '' ? name : found.trigger.route
  if (/^(admin|runtime)/i.test(route.replace(/^\/+/, ''))) {
    throw new Error(`${name}: The specified route conflicts with one or more built in routes.`)
  }
  const methods = found.trigger.methods?.map((method) => method.toUpperCase())
  const template = prefix === '' ? route : `${prefix}/${route}`
  return {
    ...found,
    template,
    segments: parseRouteTemplate(template),
    methods: methods === undefined || methods.length === 0 ? undefined : new Set(methods),
  }
}

const sharesMethod = (a: Route, b: Route) =>
  !a.methods || !b.methods || [...a.methods].some((method) => b.methods?.has(method))

function refuseConflicts(routes: readonly Route[]): void {
  for (const [index, a] of routes.entries()) {
    const b = routes
      .slice(index + 1)
      .find((other) => other.template.toLowerCase() === a.template.toLowerCase() && sharesMethod(a, other))
    if (!b) continue
    throw new Error(
      `${b.fn.metadata.name}: the route '${b.template}' conflicts with that of function '${a.fn.metadata.name}'`,
    )
  }
}

const byName = (a: RegisteredFunction, b: RegisteredFunction) => {
  const [x, y] = [a.metadata.name.toUpperCase(), b.metadata.name.toUpperCase()]
  return x < y ? -1 : x > y ? 1 : 0
}

/**
 * The host tries routes in the alphabetical order of function names, not by how specific they are;
 * a method that a route does not list is no match, so it ends in 404 and not in 405.
 * @throws Error when two functions claim one route, or a route is the host's own
 */
export function createRouter(functions: readonly RegisteredFunction[], routePrefix: string): Router {
  const prefix = routePrefix.replace(/^\/+|(?<!\/)\/+$/g, '')
  const routes = [...functions]
    .sort(byName)
    .flatMap(httpTrigger)
    .map((found) => toRoute(found, prefix))
  refuseConflicts(routes)
  return (method, path) => {
    // An empty first segment is matched by no route, a catch-all neither. Measured on the real host.
    if (path.startsWith('//')) return undefined
    for (const { fn, bindingName, trigger, segments, methods } of routes) {
      if (methods && !methods.has(method)) continue
      const params = matchRoute(segments, path)
      if (params) return { fn, bindingName, trigger, params }
    }
    return undefined
  }
}
