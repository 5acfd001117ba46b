import { collectNotes } from '../../../dataverse/query/say/notes.ts'
import { explainBareTerm } from '../../../dataverse/query/terms/bare-term.ts'
import type { Note } from '../../../dataverse/query/model/query.ts'
import { computeAnalysis, type AnalysisDeps } from '../../../reports/analysis/compute/compute-analysis.ts'
import { finishAnalysis } from '../../../reports/analysis/finish/finish-analysis.ts'
import type { Outcome } from '../../../reports/analysis/model.ts'
import type { ParsedAnalysis, WrittenAnalysis } from '../../../reports/analysis/parse/parse-analysis.ts'
import { acceptable } from '../../../reports/analysis/compute/acceptable.ts'
import { advised } from '../../../reports/analysis/plan/advised.ts'
import { explainTerms, readAnalysis } from '../../../reports/analysis/read-analysis.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import type { AnalyzeArguments } from './analyze.ts'
import { denseAnalysis, type DenseAnalysis } from './dense-analysis.ts'

async function computed(
  written: WrittenAnalysis,
  note: Note,
  deps: AnalysisDeps,
): Promise<{ readonly parsed: ParsedAnalysis; readonly outcome: Outcome }> {
  const parsed = await readAnalysis(written, note, deps.metadata)
  const outcome = await computeAnalysis(parsed.analysis, deps).catch(async (error: unknown) => {
    throw await explainTerms(error, parsed.analysis, deps.metadata)
  })
  return { parsed, outcome }
}

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
  const deps = {
    dataverse,
    metadata,
    namedRows,
    now,
    about,
    systemUserId: caller.systemUserId,
    limits: { deadline },
  }
  const { parsed, outcome } = await computed({ ...args, entity }, note, deps).catch(async (error: unknown) => {
    const meant = await explainBareTerm(error, { ...args, entity }, metadata)
    throw await acceptable(await advised(meant, { ...args, entity }, metadata), entity, deps)
  })
  const finished = await finishAnalysis(parsed, outcome, top, { dataverse, metadata, now })
  const interpreted = [...new Set([...sentences(), ...outcome.resolved.interpreted])]
  const told = await denseAnalysis({ ...finished, entity, interpreted }, context)
  const { resolved } = outcome
  return { ...told, answered: { analysis: parsed.analysis, resolved, keys: finished.keys } }
}
