internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto

/// The parts of an agent that live as long as it and that all sessions share.
struct AgentComponents: Sendable {
  let directory: StateDirectory
  /// A random value, drawn when the agent starts.
  let nonce: String
  let hypervisor: any Hypervisor
  let facts: FactsCache
  let cache: DomainCache
  let queue: ActionQueue
  let responder: QueryResponder
  let permission: TunnelPermission
  let highWater: HighWaterFile
  let policies: OutOfBandPolicyFile
  let kernel: KernelFiles
  let environment: AgentEnvironment
  let logger: Logger

  /// The first message of a stream, with the agent's full state.
  func hello(hostName: String) async -> Roost_V1_Hello {
    var libvirt = await hypervisor.state
    do {
      // The hello has the state before this look; changes are reported after it, with all domains.
      try await cache.lookAtAll()
    } catch {
      // A failed look proves nothing: the coordinator keeps what it knows, with its age.
      let detail = FleetError(libvirt: error).message
      libvirt = LibvirtState(isConnected: false, since: environment.wallClock.now(), detail: detail)
      logger.warning("the domains can't be listed: \(detail)")
      await cache.oweAll()
    }
    _ = await facts.refresh()
    var hello = Roost_V1_Hello()
    hello.agentVersion = RoostVersion.current
    hello.bootID = kernel.bootID
    hello.hostName = hostName
    hello.nonce = nonce
    let machine = (try? await hypervisor.capabilities().hostUUID) ?? ""
    hello.machineUuid = MachineRecord.uuid(machine, boot: kernel.bootID, in: directory, logger)
    hello.host = await facts.current.message
    hello.libvirt = libvirt.message
    hello.domains = await cache.all.map(\.message)
    highWater.write(to: &hello)
    return hello
  }
}
