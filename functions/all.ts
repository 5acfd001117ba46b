import { app } from '@azure/functions'
import {
  readHeadersAsBytes,
  rememberExchanges,
  startTelemetry,
  stopTelemetry,
  usesHttpStreams,
} from '../shared/app/app.ts'
import { markFromNowOn } from '../shared/app/small-heap.ts'
import './authorization-server-metadata.ts'
import './authorize.ts'
import './callback.ts'
import './health.ts'
import './manage.ts'
import './mcp.ts'
import './me.ts'
import './openid-configuration.ts'
import './protected-resource-metadata.ts'
import './register.ts'
import './revoke.ts'
import './sweep.ts'
import './token.ts'
import './zz-home.ts'

readHeadersAsBytes()
rememberExchanges()
app.setup({ enableHttpStream: usesHttpStreams() })
app.hook.postInvocation(markFromNowOn)
app.hook.postInvocation(startTelemetry)
app.hook.appTerminate(stopTelemetry)
