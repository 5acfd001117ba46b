import { layersOf } from '../project/load.ts'
import { deployPackages, packageServices } from './deploy.ts'
import { provisionLayers } from './provision.ts'
import { runProjectHook, type Session } from './session.ts'

/**
 * `azd up` since 1.25 is one graph: prepackage, preprovision, the layers, postprovision, predeploy, deploy, postdeploy;
 * packaging runs beside the layers and is only known to be done before the deployment. Here it runs at that last moment,
 * so that no hook of provisioning can rest on a build.
 * @see azd's internal/cmd/up_graph.go
 */
export const up = async (session: Session): Promise<void> => {
  await runProjectHook('preup', session)
  await runProjectHook('prepackage', session)
  await runProjectHook('preprovision', session)
  session.context.transcript.write('\nProvisioning Azure resources (azd up)\n')
  await provisionLayers(session, layersOf(session.project))
  await runProjectHook('postprovision', session)
  await runProjectHook('predeploy', session)
  const packaged = await packageServices(session)
  await runProjectHook('postpackage', session)
  await deployPackages(packaged, session)
  await runProjectHook('postdeploy', session)
  await runProjectHook('postup', session)
  session.context.transcript.write('\nSUCCESS: Your up workflow to provision and deploy to Azure completed.\n')
}
