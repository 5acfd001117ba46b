import { keepHeapSmall } from '../shared/app/small-heap.ts'

// Before all else is loaded, which fills the heap.
keepHeapSmall()
await import('./all.ts')
