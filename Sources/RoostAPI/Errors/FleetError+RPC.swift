package import Fleet
package import GRPCCore
package import RoostProto
internal import SwiftProtobuf

extension FleetError {
  /// The trailing metadata that carries the whole error.
  static let metadataKey = "roost-error-bin"

  /// HTTP/2 peers accept 16 KiB of headers by default, and binary metadata grows by a third on its way.
  private static let metadataLimitBytes = 8192

  /// The error as the failure of a call: a status for every client, and the whole value for ours.
  package var rpcError: RPCError {
    var metadata = Metadata()
    if let bytes = metadataBytes { metadata.addBinary(bytes, forKey: Self.metadataKey) }
    return RPCError(code: statusCode, message: message.printable, metadata: metadata)
  }

  /// Reads the failure of a call; any other error becomes a fault of Roost.
  ///
  /// An error made by ``rpcError`` is restored unchanged; an error of a foreign server or of the transport is
  /// translated by its status.
  package init(_ error: any Error) {
    switch error {
    case let error as FleetError: self = error
    case let error as RPCError: self.init(rpc: error)
    case is CancellationError: self.init(.timedOut, "the call was cancelled", retryable: true)
    default: self.init(.internal, String(describing: error).printable)
    }
  }

  /// True if the error carries a ``FleetError`` of the server, and does not come from the transport.
  package static func isCarried(by error: RPCError) -> Bool {
    error.metadata[binaryValues: metadataKey].contains { _ in true }
  }

  private init(rpc error: RPCError) {
    for bytes in error.metadata[binaryValues: Self.metadataKey] {
      guard let failure = try? Roost_V1_Failure(serializedBytes: bytes),
        let whole = try? FleetError(failure, at: FieldPath())
      else { continue }
      self = whole
      return
    }
    guard error.code != .unimplemented else {
      self = .olderCoordinator
      return
    }
    let reason = error.cause.map { " (\(String(describing: $0)))" } ?? ""
    let text = (error.message + reason).printable
    let (code, retryable) = Self.code(of: error.code)
    self.init(code, text.isEmpty ? "the call failed with the status \(error.code)" : text, retryable: retryable)
  }

  /// The serialised failure, with as many refusals and as much text as fit.
  private var metadataBytes: [UInt8]? {
    var failure = failureMessage
    failure.message = failure.message.withoutMiddle(bytes: 3072)
    if failure.hint.utf8.count > 1024 { failure.hint = failure.hint.printable }
    while true {
      guard let bytes: [UInt8] = try? failure.serializedBytes() else { return nil }
      if bytes.count <= Self.metadataLimitBytes { return bytes }
      if failure.refusals.isEmpty { return nil }
      // BOUNDED: half of the refusals there are.
      failure.refusals.removeLast((failure.refusals.count + 1) / 2)
    }
  }

  private var statusCode: RPCError.Code {
    switch code {
    case .invalid: .invalidArgument
    case .notFound: .notFound
    case .conflict: .alreadyExists
    case .precondition, .portBusy: .failedPrecondition
    case .noHostFits, .exhausted: .resourceExhausted
    case .denied: .permissionDenied
    case .unreachable: .unavailable
    case .timedOut: .deadlineExceeded
    case .unsupported: .unimplemented
    case .internal: .internalError
    default: .unknown
    }
  }

  private static func code(of status: RPCError.Code) -> (Code, retryable: Bool) {
    switch status {
    case .invalidArgument, .outOfRange: (.invalid, false)
    case .notFound: (.notFound, false)
    case .alreadyExists: (.conflict, false)
    case .failedPrecondition: (.precondition, false)
    case .aborted: (.conflict, true)
    case .resourceExhausted: (.exhausted, true)
    case .permissionDenied, .unauthenticated: (.denied, false)
    case .unavailable: (.unreachable, true)
    case .deadlineExceeded, .cancelled: (.timedOut, true)
    case .unimplemented: (.unsupported, false)
    default: (.internal, false)
    }
  }
}

extension FleetError: MessageDecodable {
  package init(_ message: Roost_V1_Failure, at path: FieldPath) throws(FleetError) {
    self.init(
      Code(rawValue: message.code), message.message, hint: message.hint,
      operation: try path.optionalID(message.operation, "operation"), retryable: message.retryable,
      refusals: try path.list(message.refusals, "refusals"))
  }

  /// The error as the wire carries it; `message` is the error's own sentence.
  package var failureMessage: Roost_V1_Failure {
    var result = Roost_V1_Failure()
    result.code = code.rawValue.held()
    result.message = message.withoutMiddle(bytes: FieldLimit.text)
    result.hint = hint.held()
    result.operation = operation?.description ?? ""
    result.retryable = retryable
    result.refusals = refusals.prefix(FieldLimit.elements).map(\.message)
    return result
  }
}
