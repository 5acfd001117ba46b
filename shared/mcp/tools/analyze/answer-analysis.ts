import { collectNotes } from '../../../dataverse/query/say/notes.ts'
import { computeAnalysis } from '../../../reports/analysis/compute/compute-analysis.ts'
import { finishAnalysis } from '../../../reports/analysis/finish/finish-analysis.ts'
import { explainTerms, readAnalysis } from '../../../reports/analysis/read-analysis.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import type { AnalyzeArguments } from './analyze.ts'
import { denseAnalysis, type DenseAnalysis } from './dense-analysis.ts'

/** Reads what is asked, computes it, and tells it. @throws QueryError, DataverseError */
export async function answerAnalysis(
  args: AnalyzeArguments,
  top: number,
  context: ToolContext,
): Promise<ToolOutcome<DenseAnalysis>> {
  const { dataverse, metadata, namedRows, now, about, caller, deadline } = context
  const { name: entity } = await metadata.entity(args.entity)
  about({ entity })
  const { note, sentences } = collectNotes()
  const parsed = await readAnalysis({ ...args, entity }, note, metadata)
  const outcome = await computeAnalysis(parsed.analysis, {
    dataverse,
    metadata,
    namedRows,
    now,
    about,
    systemUserId: caller.systemUserId,
    limits: { deadline },
  }).catch(async (error: unknown) => {
    throw await explainTerms(error, parsed.analysis, metadata)
  })
  const finished = await finishAnalysis(parsed, outcome, top, { dataverse, metadata, now })
  const interpreted = [...new Set([...sentences(), ...outcome.resolved.interpreted])]
  return await denseAnalysis({ ...finished, entity, interpreted }, context)
}
