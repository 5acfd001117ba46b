import { html, type Html } from '../../http/pages/html.ts'
import { VISIT_SECONDS } from './visitor.ts'

export const TITLE = 'Your connections'

/** Before anybody has signed in. Nothing leads on by itself: who has just signed out must stay so. */
export const signInContent = (brand: string, isOver: boolean): Html =>
  html`<h1>${TITLE}</h1>
    ${isOver ? html`<p class="box" role="status">Your time on this page is over, and nothing was changed. Sign in again to go on.</p>` : undefined}
    <p>Sign in to see which apps can read ${brand} as you and when each was last used, and to end what you no longer want.</p>
    <form method="post" action="/me">
      <div class="actions"><button class="main" name="decision" value="sign-in">Sign in</button></div>
    </form>
    <p class="soft after">
      You sign in at Microsoft, with your work account. It lasts for ${VISIT_SECONDS / 60} minutes, and for this page
      alone.
    </p>`
