import GRPCCore
import RoostProto

/// One side of a tunnel, as the other side sees it.
struct TunnelEnd: Sendable {
  /// Takes frames towards that side.
  let writer: RPCWriter<Roost_V1_TunnelFrame>
  /// Lets that side's call return.
  let stop: @Sendable () -> Void
}
