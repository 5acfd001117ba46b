/** Of a box that can be ticked, large enough for a finger. */
const CHOICE = `
.choice { display: grid; grid-template-columns: auto 1fr; gap: .25rem .75rem; align-items: center; border: 1px solid var(--soft); }
.choice input { width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--brand); }
.choice label { padding: .375rem 0; font-weight: 600; cursor: pointer; }
.choice > div { grid-column: 2; }
.choice li { padding-left: 0; }
.choice p { margin: .5rem 0 0; }
`

/**
 * The one style sheet of all pages: light and dark, from 320 px up, no external asset.
 * @param brandColor `#rrggbb` on which white text can be read (config refuses others)
 * @param hasChoices whether any page has a box to tick
 */
export const pageStyle = (brandColor: string, hasChoices: boolean): string =>
  hasChoices ? rules(brandColor) + CHOICE : rules(brandColor)

const rules = (brandColor: string): string => `
:root {
  color-scheme: light dark;
  --brand: ${brandColor};
  --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #fff; --tint: #f3f6fa; --ground: #eef1f5;
  --link: #0b57a4; --warn: #8a3c00; --edge: var(--brand);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eef1f4; --soft: #a9b4c0; --line: #3d4650; --paper: #171b20; --tint: #1f252c; --ground: #0d1013;
    --link: #7cb7ff; --warn: #ffb27a; --edge: color-mix(in srgb, var(--brand) 55%, #fff);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 0;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
}
main { max-width: 32rem; margin: 0 auto; padding: 1.5rem 1.25rem; background: var(--paper); border-top: 4px solid var(--edge); }
header { display: flex; align-items: center; gap: .625rem; margin-bottom: 1.25rem; font-weight: 600; }
header img { height: 2rem; max-width: 10rem; }
.mark {
  display: grid; place-items: center; flex: none; width: 2rem; height: 2rem; border-radius: 8px;
  background: var(--brand); color: #fff;
}
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.3; text-wrap: balance; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; }
dl { margin: 1.25rem 0; }
dl > div { padding: .625rem 0; border-bottom: 1px solid var(--line); }
dl > .box { border-bottom: 0; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding-left: 1.5rem; }
li::before { float: left; width: 1.5rem; margin-left: -1.5rem; font-weight: 700; }
.can::before { content: "✓" / ""; }
.cannot::before { content: "✕" / ""; }
.box { margin: 0 0 1rem; padding: .875rem 1rem; border-radius: 10px; background: var(--tint); }
.box h2 { margin-top: 0; }
.box > :last-child { margin-bottom: 0; }
dl > .box { margin: 0; padding: .875rem 1rem; }
.host { font-size: 1.375rem; font-weight: 700; line-height: 1.3; }
.soft { color: var(--soft); font-size: .875rem; }
.warn { color: var(--warn); font-size: .875rem; font-weight: 600; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
button, .button {
  flex: 1 1 auto; min-height: 2.75rem; padding: .6rem 1rem;
  border: 1px solid var(--soft); border-radius: 8px; background: transparent; color: var(--ink);
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
.main { flex-basis: 100%; border-color: var(--edge); background: var(--brand); color: #fff; }
details > :last-child { margin-bottom: 0; }
summary { padding: .6rem 0; color: var(--link); font-weight: 600; cursor: pointer; }
.box dl { margin: .75rem 0 .5rem; }
.box dl > div:last-child { border-bottom: 0; }
details.box { padding-block: .375rem; }
details.box[open] { padding-bottom: .875rem; }
details button { width: 100%; }
.after { margin-top: 1.25rem; }
button:hover, .button:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
a { color: var(--link); }
footer { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
footer p { margin: .5rem 0 0; }
footer a { margin-right: 1rem; }
/* One click selects it whole, to be copied: no script is allowed that would do it. */
.copy { margin: 0; padding-top: .75rem; border-top: 1px solid var(--line); white-space: pre-wrap; -webkit-user-select: all; user-select: all; font: .8125rem/1.6 ui-monospace, Consolas, monospace; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .9em; }
@media (min-width: 34rem) {
  body { padding: clamp(1rem, 5vh, 3rem) 0; }
  main { padding: 1.75rem 2rem 2rem; border: 1px solid var(--line); border-top: 4px solid var(--edge); border-radius: 12px; }
}
`
