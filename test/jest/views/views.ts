import { stop } from 'esbuild'
import { buildView } from '../../../infra/build-views.ts'

/** The views as the bundle has them. */
export const [report, change] = await Promise.all([buildView('report'), buildView('change')])
// Its process would hold this one's pipes open, and Jest would wait for a worker that has ended.
await stop()
