import type { EntityIndex } from '../../../dataverse/metadata/model.ts'
import { CUSTOMERS, ROLLED_UP } from '../../../dataverse/records/belonging/rules.ts'
import { MOST_FILES, MOST_PARTIES } from '../../../dataverse/records/timeline/bodies.ts'
import { MOST_HEADS, type HeadList } from '../../../dataverse/records/timeline/head-lists.ts'
import { ACTIVITIES, ATTACHMENTS, NOTES } from '../../../dataverse/records/timeline/kinds.ts'
import { labelOf, notShown } from '../record/not-shown.ts'
import type { ReadTimeline } from './read/read-timeline.ts'

const TEXTLESS =
  'The texts of these items are larger together than is read at once and are left out: a smaller top may show them.'
const CUT = {
  parties: `Of those who took part in these items the first ${MOST_PARTIES.toLocaleString('en')} were read: who may leave some out, and a smaller top leaves out fewer.`,
  files: `Of the files of these items the first ${MOST_FILES.toLocaleString('en')} were read: files may leave some out, and a smaller top leaves out fewer.`,
}
/** What is read beside activities. */
const BESIDE = ['activityparty', ATTACHMENTS]

/** What a timeline leaves out, and why, a sentence each. */
export function leftOut(read: ReadTimeline): string[] {
  const { found, records, bodies, said, undated, isTextless } = read
  const refused = new Map(
    [...found.refused, ...records.refused, ...bodies.refused].map((one) => [one.entity.name, one]),
  )
  return [
    ...hiddenTables(read),
    ...notShown([...refused.values()]).map((clause) => `${clause}.`),
    ...said,
    ...found.cut.map((list) => cutSentence(list, read.kinds)),
    ...(isTextless ? [TEXTLESS] : []),
    ...bodies.cut.map((what) => CUT[what]),
    ...(undated > 0 ? [`${undated} of no date that may be shown are left out.`] : []),
  ]
}

/** Whatever an administrator keeps from models is in no list: that it is missing has to be said. */
function hiddenTables({ table, index, kinds }: ReadTimeline): string[] {
  const rolledUp = CUSTOMERS.has(table.entity.name) ? [...ROLLED_UP] : []
  const asked = [
    ...(kinds.activities ? [ACTIVITIES, ...BESIDE] : []),
    ...(kinds.notes ? [NOTES] : []),
    ...(kinds.activities || kinds.notes ? rolledUp : []),
  ]
  const hidden = asked.flatMap((name) => (isHidden(name, index) ? (index.hidden?.get(name) ?? []) : []))
  if (hidden.length === 0) return []
  return [`${hidden.map(labelOf).join(', ')} are not shown: an administrator hides them from models.`]
}

function isHidden(name: string, { byName, hidden }: EntityIndex): boolean {
  return !byName.has(name) && hidden?.has(name) === true
}

function cutSentence({ entity, through }: HeadList, { isOne }: ReadTimeline['kinds']): string {
  const of = through ? ` of its ${labelOf(through)}` : ''
  return `Of the ${labelOf(entity)}${of} the ${MOST_HEADS.toLocaleString('en')} last changed were looked through: pass since, a later one,${isOne ? '' : ' or fewer kinds'} to look through fewer.`
}
