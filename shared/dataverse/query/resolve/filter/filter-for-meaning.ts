import { kindOf } from '../../model/column-kind.ts'
import type { Meaning } from '../../model/meaning.ts'
import { OPPOSITES } from '../../model/operators.ts'
import { filterOf, type Condition, type Filter } from '../../model/query.ts'
import { navigationsOf } from '../joins/find-navigation.ts'
import type { Step } from '../joins/joins.ts'
import { anyOf, endsOf } from '../joins/link-forms.ts'
import type { Resolving } from '../names/scope.ts'
import { PARTICIPATION } from '../parties.ts'
import { bareGuid } from '../values/references/reference.ts'
import { escapeLike } from '../../to-wire/like-pattern.ts'
import { NOT_MY_TEAMS } from './negate.ts'
import { conditionOn, type Subject } from './resolve-condition.ts'

type Named = Extract<Meaning, { kind: 'name' | 'party' }>

/** A meaning as conditions on its column; a name as conditions on the rows that its column leads to. */
export async function filterFor(
  meaning: Meaning,
  negative: boolean,
  subject: Subject,
  resolving: Resolving,
): Promise<Filter> {
  switch (meaning.kind) {
    case 'and':
    case 'or': {
      const filters: Filter[] = []
      for (const part of meaning.parts) filters.push(await filterFor(part, negative, subject, resolving))
      return filterOf(meaning.kind, { filters })
    }
    case 'test':
      if (meaning.operator === NOT_MY_TEAMS) return notMyTeams(subject)
      if (kindOf(subject.column) === 'parties') return anyParty(subject, [], meaning.operator === 'null')
      return filterOf('and', { conditions: [conditionOn(subject, meaning.operator, meaning.values)] })
    case 'name':
      return await namesBehind(meaning, negative, subject, resolving)
    case 'party':
      return parties(meaning, negative, subject)
  }
}

/** One of the rows that the lookup may lead to is called so; or none, whether it leads anywhere or not. */
async function namesBehind(meaning: Named, negative: boolean, subject: Subject, resolving: Resolving): Promise<Filter> {
  const { column, scope, entityName } = subject
  const { operator, values } = meaning
  const steps = entityName === undefined ? [] : resolving.joins.stepsTo(entityName)
  if (steps === undefined) return named(conditionOn(subject, 'like', values), negative)
  const { idColumn, nameColumn } = scope.table.entity
  const own = column.name === idColumn && nameColumn !== undefined ? [nameColumn] : []
  const filters = own.map((attribute) => named({ ...conditionOn(subject, operator, values), attribute }, negative))
  for (const step of await stepsBehind(subject, resolving)) {
    const attribute = step.table.entity.nameColumn ?? ''
    const condition: Condition = { attribute, operator, values }
    if (scope !== resolving.root && steps.length === 0)
      filters.push(anyOf(endsOf(step), filterOf('and', { conditions: [condition] }), negative))
    else {
      const { alias } = resolving.joins.to([...steps, step])
      filters.push(named({ ...condition, entityName: alias }, negative))
    }
  }
  return filterOf(negative ? 'and' : 'or', { filters })
}

async function stepsBehind({ column, scope }: Subject, { values }: Resolving): Promise<Step[]> {
  const steps: Step[] = []
  for (const way of navigationsOf(scope.table, column)) {
    const table = await values.tableOf(way.target)
    if (table?.entity.nameColumn !== undefined) steps.push({ way, table })
  }
  return steps
}

function named(condition: Condition, negative: boolean): Filter {
  if (!negative) return filterOf('and', { conditions: [condition] })
  const opposite = OPPOSITES.get(condition.operator) ?? condition.operator
  return filterOf('or', {
    conditions: [
      { ...condition, operator: opposite },
      { ...condition, operator: 'null', values: [] },
    ],
  })
}

/** The parties of an activity are rows of their own: what one is called, or the address that was used. */
function parties({ operator, values }: Named, negative: boolean, subject: Subject): Filter {
  const [value = ''] = values
  const byId = bareGuid(value) !== undefined
  const called: Condition = {
    attribute: 'partyid',
    operator: 'like',
    values: operator === 'eq' ? [escapeLike(value)] : values,
  }
  const either = filterOf('or', {
    conditions: [
      byId ? { attribute: 'partyid', operator: 'eq', values } : called,
      { attribute: 'addressused', operator, values },
    ],
  })
  return anyParty(subject, [either], negative)
}

function anyParty({ column, scope }: Subject, like: readonly Filter[], negative: boolean): Filter {
  const { idColumn } = scope.table.entity
  const mask = PARTICIPATION.get(column.name)
  const kind: Condition[] =
    mask === undefined ? [] : [{ attribute: 'participationtypemask', operator: 'eq', values: [String(mask)] }]
  const inside = filterOf('and', { conditions: kind, filters: like })
  return anyOf({ name: 'activityparty', from: 'activityid', to: idColumn }, inside, negative)
}

/** Dataverse has an operator for "one of my teams", and none for its opposite. */
function notMyTeams({ column }: Subject): Filter {
  const me = filterOf('and', { conditions: [{ attribute: 'systemuserid', operator: 'eq-userid', values: [] }] })
  const mine = anyOf({ name: 'teammembership', from: 'teamid', to: 'teamid' }, me)
  return anyOf({ name: 'team', from: 'teamid', to: column.name }, mine, true)
}
