internal import Fleet
internal import Logging
internal import RoostAPI
internal import RoostProto

/// What lives as long as the agent and what sessions share.
struct AgentParts: Sendable {
  let hypervisor: any Hypervisor
  let facts: FactsKeeper
  let book: DomainBook
  let runner: ActionRunner
  let memory: AgentMemory
  let kernel: KernelFiles
  let ambient: Ambient
  let logger: Logger

  /// The first message of a stream, with everything there is to tell.
  func hello() async -> Roost_V1_Hello {
    // Libvirt may be away; then the book has what was seen last.
    _ = try? await book.lookAtAll()
    _ = await facts.refresh()
    var hello = Roost_V1_Hello()
    hello.agentVersion = AgentVersion.current
    hello.bootID = kernel.bootID
    hello.host = await facts.current.message
    hello.libvirt = await hypervisor.state.message
    hello.domains = await book.all.map(\.message)
    memory.highWater.write(to: &hello)
    return hello
  }
}
