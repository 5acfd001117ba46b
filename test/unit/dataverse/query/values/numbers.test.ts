import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { refusal } from '../../support/tables.ts'
import { ask, read } from './asking.ts'

describe('a number however it is written', () => {
  test.each([
    ['50000', '50000'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['-0.250', '-0.25'],
    ['0.125', '0.125'],
    ['50k', '50000'],
    ['50 K', '50000'],
    ['1.5m', '1500000'],
    ['1.1m', '1100000'],
    ['2bn', '2000000000'],
    ['50,000', '50000'],
    ['1,234', '1234'],
    ['1,234,567.5', '1234567.5'],
    ['50 000', '50000'],
    ['50\u00a0000', '50000'],
    ['50_000', '50000'],
    ['5e4', '50000'],
    ['1.25E-2', '0.0125'],
    ['50%', '50'],
    ['12.5 %', '12.5'],
    ['£50k', '50000'],
    ['£ 50 000', '50000'],
    ['€1,234.50', '1234.5'],
    ['-£20', '-20'],
    ['$-20', '-20'],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s is %s', async (written, value) => {
    expect(await read('estimatedvalue', 'ge', [written])).toBe(`ge ${value}`)
  })

  test('is said where it is no plain numeral', async () => {
    expect((await ask('estimatedvalue', 'ge', ['50k'])).notes).toEqual(['"50k" was read as the number 50000.'])
    expect((await ask('estimatedvalue', 'ge', ['50000.5'])).notes).toEqual([])
  })

  test.each([
    ['50.000', 'ambiguous_value', 'estimatedvalue gt 50 or estimatedvalue gt 50000'],
    ['-1.500', 'ambiguous_value', 'estimatedvalue gt -1.5 or estimatedvalue gt -1500'],
    ['€1.500', 'ambiguous_value', 'estimatedvalue gt 1.5 or estimatedvalue gt 1500'],
    ['12,50', 'invalid_value', ': estimatedvalue gt 12.5.'],
    ['1.234,56', 'invalid_value', ': estimatedvalue gt 1234.56.'],
    ['1 234,5', 'invalid_value', ': estimatedvalue gt 1234.5.'],
    ['many', 'invalid_value', '250000'],
    ['GBP 50', 'invalid_value', '250000'],
    ['1.234.567', 'invalid_value', ' 1234567.'],
    ['1,23,4', 'invalid_value', '250000'],
    ['--5', 'invalid_value', '250000'],
    ['%', 'invalid_value', '250000'],
    ['9'.repeat(61), 'invalid_value', '250000'],
  ])('%s is refused', async (written, code, step) => {
    const error = await refusal(() => read('estimatedvalue', 'gt', [written]))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(step)])
  })

  test('reads back to the number that was printed', async () => {
    const scales: readonly [string, number][] = [
      ['', 0],
      ['k', 3],
      ['m', 6],
      ['bn', 9],
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.constantFrom(',', ' ', '_', ''),
        fc.constantFrom('', '£', '€ ', '$'),
        fc.constantFrom(...scales),
        fc.boolean(),
        async (whole, separator, currency, [scale, power], isNegative) => {
          const grouped = new Intl.NumberFormat('en').format(whole).replaceAll(',', separator)
          const written = `${isNegative ? '-' : ''}${currency}${grouped}${scale}`
          const value = BigInt(whole) * 10n ** BigInt(power)
          expect(await read('estimatedvalue', 'ge', [written])).toBe(
            `ge ${isNegative && value > 0n ? '-' : ''}${value}`,
          )
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('operators on numbers', () => {
  test.each([
    ['estimatedvalue', 'in', ['50k', '1', '50000'], 'in 50000 1'],
    ['estimatedvalue', 'in', ['50k'], 'eq 50000'],
    ['estimatedvalue', 'between', ['10k', '20k'], 'between 10000 20000'],
    ['estimatedvalue', 'in', ['5', ''], '(null or eq 5)'],
    ['estimatedvalue', 'eq', ['NULL'], 'null'],
    ['closeprobability', 'eq', ['50%'], 'eq 50'],
    ['closeprobability', 'ge', ['12.0'], 'ge 12'],
  ])('%s %s %j', async (column, operator, values, meaning) =>
    expect(await read(column, operator, values)).toBe(meaning),
  )

  test.each([
    ['closeprobability', 'eq', ['12.5'], 'invalid_value'],
    ['closeprobability', 'gt', ['12.5'], 'invalid_value'],
    ['closeprobability', 'in', ['1', '12.5'], 'invalid_value'],
    ['closeprobability', 'gt', ['3bn'], 'invalid_value'],
    ['closeprobability', 'lt', ['-3bn'], 'invalid_value'],
    ['estimatedvalue', 'contains', ['5'], 'invalid_operator'],
    ['estimatedvalue', 'gt', [''], 'invalid_value'],
  ])('%s %s %j is refused', async (column, operator, values, code) =>
    expect((await refusal(() => read(column, operator, values))).code).toBe(code),
  )
})
