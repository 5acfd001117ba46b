import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('authorize', {
  route: 'oauth/authorize',
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: endpoints.authorize,
})
