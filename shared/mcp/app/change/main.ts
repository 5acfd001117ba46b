import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import { element } from '../element.ts'
import { applyTheme } from '../theme.ts'
import { type Call, type Change, readChange } from './change.ts'
import { type ChangeHost, connectChangeHost } from './change-host.ts'
import { drawButton, drawChange, drawOutcome } from './change-view.ts'
import { CANCELLED, type Outcome, outcomeOf } from './outcome.ts'

// The host's content security policy knows no eval, and zod would try it.
z.config({ jitless: true })

const main = element('main')
const choices = element('div', { class: 'choices' })
const status = element('div', { role: 'status' })
document.body.append(main, status, choices)

let context: McpUiHostContext = {}
let host: ChangeHost | undefined
let change: Change | undefined

function draw(): void {
  if (change === undefined) return
  main.replaceChildren(...drawChange(change, context.locale))
}

function say(...lines: readonly string[]): void {
  status.replaceChildren(...lines.map((line) => element('p', { class: 'about' }, line)))
}

/** The first result stays: another one, between the reading and the click, would be applied unread. */
function receive(params: unknown): void {
  if (change !== undefined) return
  const read = readChange(params)
  if ('text' in read) {
    main.replaceChildren(...read.text.split('\n').map((line) => element('p', { class: 'message' }, line)))
    return
  }
  ;({ change } = read)
  draw()
  offer()
}

function offer(): void {
  if (change === undefined || host === undefined) return
  const { call } = change
  const reason = whyNothing(change, host)
  say(...reason)
  if (call === undefined || reason.length > 0) return
  const once = chosenOnce()
  choices.replaceChildren(
    drawButton('Apply', 'apply', () => once(() => apply(call))),
    drawButton('Cancel', 'cancel', () => once(() => end(CANCELLED, call))),
  )
}

/** Why there is nothing to click, in a line; none where there is. */
function whyNothing({ ready, call }: Change, { canCallTools }: ChangeHost): readonly string[] {
  if (!ready) return ['Nothing was changed. The chat goes on from here.']
  if (call === undefined) return ['Nothing was changed yet. The chat goes on from here.']
  if (canCallTools) return []
  return [
    'Nothing was changed: this client lets no card make changes. Make it in Dynamics 365, or ask an administrator.',
  ]
}

/** Of what was offered one thing is chosen, once. */
function chosenOnce(): (act: () => Promise<void>) => void {
  let isChosen = false
  return (act) => {
    if (isChosen) return
    isChosen = true
    for (const button of choices.querySelectorAll('button')) button.disabled = true
    void act()
  }
}

async function apply(call: Call): Promise<void> {
  say('The change is being made…')
  await end(outcomeOf(await host?.call(call)), call)
}

async function end(outcome: Outcome, call: Call): Promise<void> {
  const drawn = drawOutcome(outcome)
  const { link } = outcome
  const next: HTMLElement[] = []
  if (outcome.kind === 'again' || outcome.kind === 'unknown') {
    const once = chosenOnce()
    next.push(drawButton('Try again', 'apply', () => once(() => apply(call))))
  }
  if (link !== undefined && host?.canOpenLinks === true)
    next.push(drawButton('Open the record', 'open', () => void host?.openLink(link)))
  choices.replaceChildren(...next)
  status.replaceChildren(drawn)
  drawn.focus()
  if ((await host?.tellModel(outcome.toModel)) !== true)
    drawn.append(element('p', { class: 'about' }, 'The chat does not know of this: tell it, if you go on there.'))
}

function follow(changed: McpUiHostContext): void {
  const { locale } = context
  context = { ...context, ...changed }
  applyTheme(document.documentElement, changed)
  if (locale !== context.locale) draw()
}

async function start(): Promise<void> {
  host = await connectChangeHost(window, {
    context: follow,
    waiting: () => (change === undefined ? say('The change is being prepared…') : undefined),
    result: receive,
    cancelled: () => (change === undefined ? say('The preview was stopped. Nothing was changed.') : undefined),
  })
  offer()
  const { sizeChanged } = host
  new ResizeObserver(() =>
    sizeChanged({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }),
  ).observe(document.documentElement)
}

void start()
