internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// The second half of `create` and `import`: shows the decision, or waits for the VM.
struct Creation: Sendable {
  let undertaking: Undertaking

  /// Prints what the coordinator answered.
  /// - Throws: ``Ended`` with `noHostFits` for a dry run that found no host.
  func finish(_ response: Roost_V1_CreateVMResponse, name: String, dryRun: Bool) async throws {
    let (world, output) = (undertaking.world, undertaking.output)
    if !output.quiet { for note in response.notes { world.note(note) } }
    let decision = try Decision(response.decision)
    if dryRun {
      output.show(.detail(decision.view(of: name)), in: world)
      guard decision.host != nil else { throw Ended(status: .noHostFits) }
      return
    }
    guard response.hasOperation else {
      throw FleetError(
        .noHostFits, "no host fits VM \"\(name)\"", hint: "roost host list", refusals: decision.refused)
    }
    guard try await undertaking.follow(response.operation) != nil else { return }
    let client = undertaking.client
    let id = response.hasVm ? response.vm.id : name
    let detail = try VMDetail(try await client.vms.get(.with { $0.vm = id }, options: client.brief))
    output.confirm(Self.sentence(detail.vm), .detail(Self.view(detail.vm)), in: world)
  }

  /// Such as `web-1 is running on h2, VNC port 5901`.
  static func sentence(_ vm: VMSummary) -> String {
    let display = vm.vnc.map { ", VNC port \($0.port)" } ?? ""
    return "\(vm.name) is \(vm.state.name) on \(vm.host)\(display)"
  }

  private static func view(_ vm: VMSummary) -> Detail { Detail(name: vm.name, lines: [], tree: vm.tree) }
}
