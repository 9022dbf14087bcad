import Fleet
import GRPCCore
import RoostAPI
import Testing

/// Errors on their way through a call.
@Suite("Errors as statuses")
struct StatusTests {
  @Test("an error comes back from a call as it was")
  func roundTrip() {
    for seed in 0..<200 as Range<UInt64> {
      let error = RandomValues(seed: seed).error()
      #expect(FleetError(error.rpcError) == error)
    }
  }

  @Test(
    "each code has the status that other clients expect",
    arguments: [
      (FleetError.Code.invalid, RPCError.Code.invalidArgument), (.notFound, .notFound), (.conflict, .alreadyExists),
      (.precondition, .failedPrecondition), (.noHostFits, .resourceExhausted), (.denied, .permissionDenied),
      (.unreachable, .unavailable), (.timedOut, .deadlineExceeded), (.exhausted, .resourceExhausted),
      (.unsupported, .unimplemented), (.internal, .internalError), (.portBusy, .failedPrecondition),
      (FleetError.Code(rawValue: "of_the_future"), .unknown),
    ])
  func statuses(code: FleetError.Code, status: RPCError.Code) {
    #expect(FleetError(code, "x").rpcError.code == status)
  }

  @Test("a status without our metadata is told by its code")
  func foreign() {
    let away = FleetError(RPCError(code: .unavailable, message: "connection refused"))
    #expect(away.code == .unreachable)
    #expect(away.retryable)
    #expect(FleetError(RPCError(code: .deadlineExceeded, message: "")).code == .timedOut)
    #expect(FleetError(RPCError(code: .unauthenticated, message: "no certificate")).code == .denied)
    #expect(FleetError(RPCError(code: .permissionDenied, message: "no")).message == "no")
    #expect(!FleetError.isCarried(by: RPCError(code: .unavailable, message: "x")))
    #expect(FleetError.isCarried(by: FleetError(.unreachable, "x").rpcError))
  }

  @Test("a call that the coordinator does not know says which side is older")
  func unknownCall() {
    let error = FleetError(RPCError(code: .unimplemented, message: "Requested RPC isn't implemented by this server."))
    #expect(error == .olderCoordinator)
    let own = FleetError(.unsupported, "this guest can't do that")
    #expect(FleetError(own.rpcError) == own)
  }

  @Test("damaged metadata leaves the status to speak")
  func damaged() {
    var error = FleetError(.conflict, "taken").rpcError
    error.metadata.replaceOrAddBinary([0xFF, 0xFF, 0xFF], forKey: "roost-error-bin")
    let read = FleetError(error)
    #expect(read.code == .conflict)
    #expect(read.message == "taken")
  }

  @Test("ten thousand refusals still fit into a call's headers")
  func large() throws {
    let refusals = (0..<10_000).map {
      Refusal(host: "h\($0)", rule: "memory", detail: "wants 4GiB, 1GiB of 8GiB is free")
    }
    let error = FleetError(.noHostFits, String(repeating: "no host ", count: 1000), refusals: refusals).rpcError
    let size = error.metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.encoded().utf8.count }
    #expect(size < 12_000)
    #expect(error.message.utf8.count < 1000)
    let read = FleetError(error)
    #expect(read.code == .noHostFits)
    #expect(read.refusals.count > 20)
    #expect(read.refusals.first == refusals.first)
  }

  @Test("an error of another kind is a fault of ours")
  func other() {
    struct Strange: Error {}
    #expect(FleetError(Strange()).code == .internal)
    #expect(FleetError(FleetError(.denied, "no")) == FleetError(.denied, "no"))
  }
}
