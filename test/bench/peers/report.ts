import type { Peers } from '../figures/figures.ts'
import { kilobytes, ms, section } from '../figures/report.ts'

export const peersReport = (servers: Peers['servers']): string =>
  section(
    '50 rows × 4 columns',
    ['p50', 'processor', 'reply', 'does not'],
    Object.entries(servers).map(([name, { p50, cpu, bytes, doesNot }]) => [
      name,
      [ms(p50), ms(cpu), kilobytes(bytes), doesNot.join('; ')],
    ]),
  )
