/** The one style sheet of all pages: light and dark, from 320 px up, no external asset. */
export const pageStyle = (brandColor: string): string => `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--ground:#f3f5f8;--brand:${brandColor};--link:#0b57a4;--bad:#a40e26}
@media (prefers-color-scheme:dark){:root{--ink:#eef1f4;--soft:#a9b4c0;--line:#3d4650;--paper:#171b20;--ground:#0d1013;--link:#7cb7ff;--bad:#ff8a94}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:flex-start;justify-content:center;padding:clamp(0px,5vh,4rem) 0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:30rem;padding:1.75rem 1.25rem;background:var(--paper);border:1px solid var(--line)}
@media (min-width:32rem){main{padding:2.25rem;border-radius:12px}}
header{display:flex;align-items:center;gap:.75rem;margin-bottom:1.25rem;font-weight:600}
header img{height:32px;max-width:160px}
h1{margin:0 0 1rem;font-size:1.375rem;line-height:1.3}
h2{margin:1.5rem 0 .5rem;font-size:1rem}
p{margin:0 0 1rem}
ul{margin:0 0 1rem;padding-left:1.25rem}
dl{margin:1.25rem 0;border-top:1px solid var(--line)}
dl>div{padding:.75rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0;overflow-wrap:anywhere}
.host{font-size:1.25rem;font-weight:600}
.soft{color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}
.bad{color:var(--bad)}
.actions{display:flex;flex-direction:column;gap:.75rem;margin-top:1.5rem}
button,.button{display:block;width:100%;min-height:44px;padding:.6rem 1rem;border:1px solid var(--line);border-radius:8px;background:transparent;color:var(--ink);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button.main,.button.main{background:var(--brand);border-color:var(--line);color:#fff}
button:hover,.button:hover{text-decoration:underline}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
footer{margin-top:1.5rem;padding-top:1rem;border-top:1px solid var(--line)}
code{font-family:ui-monospace,Consolas,monospace;font-size:.875em}
`
