import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('manage', { route: 'manage', methods: ['POST'], authLevel: 'anonymous', handler: endpoints.manage })
