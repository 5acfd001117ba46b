/** Runs one call per key at a time; whoever asks meanwhile gets the answer of the one that is running. */
export function singleFlight<T>(): (key: string, call: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>()
  return (key, call) => {
    const running = flights.get(key)
    if (running) return running
    const flight = call().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
