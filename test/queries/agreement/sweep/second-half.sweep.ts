import { sweepHalf } from './sweep.ts'

sweepHalf(1)
