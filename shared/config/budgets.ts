type Values = Readonly<
  Partial<Record<'CALLS_PER_MINUTE' | 'CALLS_PER_MINUTE_ALL' | 'ROWS_PER_DAY' | 'ROWS_PER_DAY_ALL', number>>
>

/** What each person, and all together, may use; 0 is no limit. */
export const budgetsOf = (values: { [K in keyof Values]: Values[K] | undefined }) => ({
  callsPerMinute: values.CALLS_PER_MINUTE ?? 0,
  callsPerMinuteAll: values.CALLS_PER_MINUTE_ALL ?? 0,
  rowsPerDay: values.ROWS_PER_DAY ?? 0,
  rowsPerDayAll: values.ROWS_PER_DAY_ALL ?? 0,
})
