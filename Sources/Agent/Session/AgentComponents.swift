internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto

/// What lives as long as the agent and what sessions share.
struct AgentComponents: Sendable {
  let directory: StateDirectory
  /// Drawn when the agent starts.
  let nonce: String
  let hypervisor: any Hypervisor
  let facts: FactsCache
  let cache: DomainCache
  let runner: ActionQueue
  let responder: QueryResponder
  let permission: TunnelPermission
  let memory: HighWaterFile
  let policies: StartPolicyFile
  let kernel: KernelFiles
  let environment: AgentEnvironment
  let logger: Logger

  /// The first message of a stream, with everything there is to tell.
  func hello(hostName: String) async -> Roost_V1_Hello {
    var libvirt = await hypervisor.state
    do {
      // The state of before: what has changed meanwhile is told after the hello, and all domains with it.
      try await cache.lookAtAll()
    } catch {
      // What can't be looked at is not gone: the coordinator keeps what it knows, with its age.
      let detail = FleetError(libvirt: error).message
      libvirt = LibvirtState(isConnected: false, since: environment.wallClock.now(), detail: detail)
      logger.warning("the domains can't be listed: \(detail)")
      await cache.oweAll()
    }
    _ = await facts.refresh()
    var hello = Roost_V1_Hello()
    hello.agentVersion = AgentVersion.current
    hello.bootID = kernel.bootID
    hello.hostName = hostName
    hello.nonce = nonce
    let machine = (try? await hypervisor.capabilities().hostUUID) ?? ""
    hello.machineUuid = MachineRecord.uuid(machine, boot: kernel.bootID, in: directory, logger)
    hello.host = await facts.current.message
    hello.libvirt = libvirt.message
    hello.domains = await cache.all.map(\.message)
    memory.write(to: &hello)
    return hello
  }
}
