import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('openid-configuration', {
  route: '.well-known/openid-configuration/{*path}',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.openidConfiguration,
})
