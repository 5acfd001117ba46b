import type { WritePolicy } from '../../config/writes/policy.ts'
import { html, type Html } from '../../http/pages/html.ts'

/** What a person is offered beside reading. */
export type WriteOffer = { readonly policy: WritePolicy; readonly confirmation: 'host' | 'human' }

/** The member of the form that only a ticked box sends. */
export const WRITE_BOX = 'write'
export const TICKED = 'yes'

const CONFIRMED: Readonly<Record<WriteOffer['confirmation'], string>> = {
  host: 'Apps such as ChatGPT ask you before each change, unless you or your administrator switched that off.',
  human: 'Each change needs a yes of your own, which no model can give for you.',
}

/** Never ticked beforehand: not by us, and by no browser that fills a form again as it was left. */
export const writeBox = ({ policy, confirmation }: WriteOffer): Html =>
  html`<div class="box choice">
    <input type="checkbox" id="write" name="${WRITE_BOX}" value="${TICKED}" autocomplete="off" aria-describedby="write-what" />
    <label for="write">May also create and change records</label>
    <div class="soft" id="write-what">
      <ul>
        ${listed('Create', policy, ({ create }) => create)} ${listed('Change', policy, ({ update }) => update)}
      </ul>
      <p>As you, with your rights. ${CONFIRMED[confirmation]} Without it the app can only read.</p>
    </div>
  </div>`

type Opened = (table: ReturnType<WritePolicy['get']> & object) => unknown

function listed(verb: string, policy: WritePolicy, opened: Opened): Html | undefined {
  const tables = [...policy].filter(([, table]) => opened(table) !== 'none').map(([name]) => inWords(name))
  return tables.length === 0 ? undefined : html`<li>${verb} ${tables.join(', ')}</li>`
}

/** What people call tables whose logical names say something else. */
const WORDS: Readonly<Record<string, string>> = {
  annotation: 'notes',
  incident: 'cases',
  incidentresolution: 'resolutions of cases',
  opportunityclose: 'closings of opportunities',
  phonecall: 'phone calls',
  salesorder: 'orders',
}

/** Nobody has signed in yet, so nothing but the policy tells how a table is called; a company's own is named as it is. */
function inWords(table: string): string {
  if (table.includes('_')) return table
  return (Object.hasOwn(WORDS, table) ? WORDS[table] : undefined) ?? plural(table)
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  return /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
}
