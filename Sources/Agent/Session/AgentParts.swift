internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto

/// What lives as long as the agent and what sessions share.
struct AgentParts: Sendable {
  let directory: StateDirectory
  /// Drawn when the agent starts.
  let nonce: String
  let hypervisor: any Hypervisor
  let facts: FactsKeeper
  let book: DomainBook
  let runner: ActionRunner
  let inquiry: Inquiry
  let permission: TunnelPermission
  let memory: AgentMemory
  let policies: StartPolicyKeeper
  let kernel: KernelFiles
  let ambient: Ambient
  let logger: Logger

  /// The first message of a stream, with everything there is to tell.
  func hello(hostName: String) async -> Roost_V1_Hello {
    var libvirt = await hypervisor.state
    do {
      // The state of before: what has changed meanwhile is told after the hello, and all domains with it.
      try await book.lookAtAll()
    } catch {
      // What can't be looked at is not gone: the coordinator keeps what it knows, with its age.
      let detail = FleetError(libvirt: error).message
      libvirt = LibvirtState(isConnected: false, since: ambient.wall.now(), detail: detail)
      logger.warning("the domains can't be listed: \(detail)")
      await book.oweAll()
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
    hello.domains = await book.all.map(\.message)
    memory.write(to: &hello)
    return hello
  }
}
