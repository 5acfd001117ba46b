import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('health', { route: 'health', methods: ['GET', 'HEAD'], authLevel: 'anonymous', handler: endpoints.health })
