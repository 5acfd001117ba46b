import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import type { Bound, Schemas } from './queries.ts'

/** Of the language service, the little that is called; its own types are two megabytes of globals. */
type Kusto = {
  readonly Language: {
    readonly GlobalState: { readonly Default: State }
    readonly KustoCode: { readonly ParseAndAnalyze: (text: string, state: State) => Code }
    readonly Symbols: {
      readonly TableSymbol: { readonly From: (schema: string) => { readonly WithName: (name: string) => Table } }
      readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly Table[]) => Database }
    }
  }
}
type Table = { readonly Columns: unknown }
type Database = { readonly Name: string }
type State = { readonly WithDatabase: (database: Database) => State }
type Code = { readonly GetDiagnostics: () => { readonly Count: number; readonly getItem: (at: number) => Diagnostic } }
type Diagnostic = { readonly Severity: string; readonly Message: string; readonly Start: number }

const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
const { Language } = (globalThis as unknown as { readonly Kusto: Kusto }).Kusto

function stateOf(schemas: Schemas): State {
  const { TableSymbol, DatabaseSymbol } = Language.Symbols
  const tables = Object.entries(schemas).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `${column}:${type}`)
    return TableSymbol.From(`(${schema.join(',')})`).WithName(name)
  })
  return Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('workspace', tables))
}

function bind(query: string, state: State): string[] {
  const found = Language.KustoCode.ParseAndAnalyze(query, state).GetDiagnostics()
  return Array.from({ length: found.Count }, (_, at) => {
    const { Severity, Message, Start } = found.getItem(at)
    return `${Severity} in line ${query.slice(0, Start).split('\n').length}: ${Message}`
  })
}

// A process of its own: the service makes globals, which a test's own world has no room for.
const { schemas, queries } = JSON.parse(await text(process.stdin)) as {
  readonly schemas: Schemas
  readonly queries: Readonly<Record<string, string>>
}
const state = stateOf(schemas)
const bound: Bound = Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, bind(query, state)]))
process.stdout.write(JSON.stringify(bound))
