import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import { element } from '../element.ts'
import { applyTheme } from '../theme.ts'
import { type Call, type Change, readChange } from './change.ts'
import { type ChangeHost, connectChangeHost } from './change-host.ts'
import { drawButton, drawChange, drawOutcome, drawUntold } from './change-view.ts'
import { CANCELLED, type Outcome, outcomeOf } from './outcome.ts'
import { type ChangeKey, changeTalkFor } from './words/words.ts'

// The host's content security policy knows no eval, and zod would try it.
z.config({ jitless: true })

const main = element('main')
const choices = element('div', { class: 'choices' })
const status = element('div', { role: 'status' })
document.body.append(main, status, choices)

type Drawing = () => readonly HTMLElement[]

let context: McpUiHostContext = {}
let talk = changeTalkFor(undefined)
let host: ChangeHost | undefined
let change: Change | undefined
/** What stands there, drawn anew where another language reads it. */
let shown: Drawing = () => []
let told: Drawing = () => []
let offered: readonly (readonly [button: HTMLButtonElement, word: ChangeKey])[] = []

function show(drawing: Drawing): void {
  shown = drawing
  main.replaceChildren(...shown())
}

function tell(drawing: Drawing): void {
  told = drawing
  status.replaceChildren(...told())
}

function say(...words: readonly ChangeKey[]): void {
  tell(() => words.map((word) => element('p', { class: 'about' }, talk.text(word))))
}

type Choice = readonly [word: ChangeKey, name: string, clicked: () => void]

function choose(...given: readonly Choice[]): void {
  offered = given.map(([word, name, clicked]) => [drawButton(talk.text(word), name, clicked), word])
  choices.replaceChildren(...offered.map(([button]) => button))
}

/** The first result stays: another one, between the reading and the click, would be applied unread. */
function receive(params: unknown): void {
  if (change !== undefined) return
  const read = readChange(params)
  if ('text' in read) {
    show(() => (read.text || talk.text('notShown')).split('\n').map((line) => element('p', { class: 'message' }, line)))
    return
  }
  const received = read.change
  change = received
  show(() => drawChange(received, talk))
  offer()
}

function offer(): void {
  if (change === undefined || host === undefined) return
  const { call } = change
  const reason = whyNothing(change, host)
  say(...reason)
  if (call === undefined || reason.length > 0) return
  const once = chosenOnce()
  choose(
    ['apply', 'apply', () => once(() => apply(call))],
    ['cancel', 'cancel', () => once(() => end(CANCELLED, call))],
  )
}

/** Why there is nothing to click, in a line; none where there is. */
function whyNothing({ ready, call }: Change, { canCallTools }: ChangeHost): readonly ChangeKey[] {
  if (!ready) return ['nothing']
  if (call === undefined) return ['nothingYet']
  return canCallTools ? [] : ['noCalls']
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
  say('making')
  await end(outcomeOf(await host?.call(call)), call)
}

async function end(outcome: Outcome, call: Call): Promise<void> {
  const { link, kind } = outcome
  const next: Choice[] = []
  if (kind === 'again' || kind === 'unknown') {
    const once = chosenOnce()
    next.push(['tryAgain', 'apply', () => once(() => apply(call))])
  }
  if (link !== undefined && host?.canOpenLinks === true)
    next.push(['openRecord', 'open', () => void host?.openLink(link)])
  choose(...next)
  let isUntold = false
  const drawing: Drawing = () => [drawOutcome(outcome, isUntold, talk)]
  tell(drawing)
  focusOutcome()
  isUntold = (await host?.tellModel(outcome.toModel)) !== true
  // What it ends with may have been chosen from meanwhile.
  if (isUntold && told === drawing) status.firstElementChild?.append(drawUntold(talk))
}

function focusOutcome(): void {
  status.querySelector<HTMLElement>('.outcome')?.focus()
}

function speak(locale: string | undefined): void {
  talk = changeTalkFor(locale)
  document.documentElement.lang = talk.language
  document.title = talk.text('change')
  main.replaceChildren(...shown())
  const isFocused = status.contains(document.activeElement)
  status.replaceChildren(...told())
  if (isFocused) focusOutcome()
  for (const [button, word] of offered) button.textContent = talk.text(word)
}

function follow(changed: McpUiHostContext): void {
  const { locale } = context
  context = { ...context, ...changed }
  applyTheme(document.documentElement, changed)
  if (locale !== context.locale) speak(context.locale)
}

async function start(): Promise<void> {
  host = await connectChangeHost(window, {
    context: follow,
    waiting: () => (change === undefined ? say('preparing') : undefined),
    result: receive,
    cancelled: () => (change === undefined ? say('stopped') : undefined),
  })
  offer()
  const { sizeChanged } = host
  new ResizeObserver(() =>
    sizeChanged({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }),
  ).observe(document.documentElement)
}

speak(undefined)
void start()
