import * as z from 'zod'
import { Identifier } from '../../metadata/names.ts'
import { definitionOf } from '../../metadata/read/table-part.ts'
import type { Read } from '../../web-api/web-api.ts'
import type { WritableColumn } from './writable.ts'

/** What only the cast to a column's type tells. */
export type TypedPart = Pick<
  WritableColumn,
  'maxLength' | 'min' | 'max' | 'precision' | 'precisionBy' | 'format' | 'behaviour'
>
type Typed = readonly (readonly [column: string, part: TypedPart])[]

const Name = z.object({ Value: z.string() }).nullish()
const number = z.number().nullish()
const Text = z.object({ LogicalName: Identifier, MaxLength: number, Format: z.string().nullish(), FormatName: Name })
const Whole = z.object({ LogicalName: Identifier, MinValue: number, MaxValue: number })
const Fraction = Whole.extend({ Precision: number })
const Money = Fraction.extend({ PrecisionSource: number })
const Moment = z.object({ LogicalName: Identifier, DateTimeBehavior: Name, Format: z.string().nullish() })

/** `PrecisionSource` of a Money column: its own, the organization's, that of the row's currency. */
const PRECISION_BY = [undefined, 'organization', 'currency'] as const

/** One read for each type that knows more of a value than that it is one. */
export function typedReads(entity: string): readonly Read<Typed>[] {
  return [
    cast(entity, 'String', Text, ofText),
    cast(entity, 'Memo', Text, ofText),
    cast(entity, 'Integer', Whole, ofNumber),
    cast(entity, 'Decimal', Fraction, ofNumber),
    cast(entity, 'Double', Fraction, ofNumber),
    cast(entity, 'Money', Money, ofNumber),
    cast(entity, 'DateTime', Moment, ofMoment),
  ]
}

function cast<S extends z.ZodObject<{ LogicalName: typeof Identifier }>>(
  entity: string,
  type: string,
  definition: S,
  toPart: (found: z.output<S>) => TypedPart,
): Read<Typed> {
  const members = Object.keys(definition.shape).join(',')
  const schema = z.object({ value: z.array(definition) })
  return {
    path: `${definitionOf(entity)}/Attributes/Microsoft.Dynamics.CRM.${type}AttributeMetadata?$select=${members}`,
    schema: schema.transform(({ value }) => value.map((found) => [found.LogicalName, toPart(found)] as const)),
  }
}

/** The older name of a format knows no rich text. */
function ofText({ MaxLength, Format, FormatName }: z.output<typeof Text>): TypedPart {
  const format = FormatName?.Value ?? Format
  return { ...(MaxLength != null && { maxLength: MaxLength }), ...(format != null && { format }) }
}

function ofNumber(found: z.output<typeof Whole> & Partial<z.output<typeof Money>>): TypedPart {
  const { MinValue: min, MaxValue: max, Precision: precision, PrecisionSource } = found
  const precisionBy = PRECISION_BY[PrecisionSource ?? 0]
  return {
    ...(min != null && { min }),
    ...(max != null && { max }),
    ...(precision != null && { precision }),
    ...(precisionBy && { precisionBy }),
  }
}

const BEHAVIOURS: Readonly<Record<string, TypedPart['behaviour']>> = {
  UserLocal: 'UserLocal',
  DateOnly: 'DateOnly',
  TimeZoneIndependent: 'TimeZoneIndependent',
}

/** A column formatted as a day but of behaviour `UserLocal` still holds a time, in UTC. */
function ofMoment({ DateTimeBehavior, Format }: z.output<typeof Moment>): TypedPart {
  const behaviour = BEHAVIOURS[DateTimeBehavior?.Value ?? '']
  return { ...(behaviour && { behaviour }), ...(Format != null && { format: Format }) }
}
