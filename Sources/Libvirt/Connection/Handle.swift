internal import Glibc

/// An object of libvirt to which we hold one reference.
///
/// The pointer never changes, is released only by `deinit`, and is reached only inside the closures below, which keep
/// the holder alive for the call. libvirt locks its objects itself, so any thread may call.
protocol Handle: AnyObject, Sendable {
  /// The reference held.
  @unsafe var pointer: OpaquePointer { get }
}

extension Handle {
  /// Passes the pointer to one scope.
  @safe func withPointer<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
    // SAFETY: the holder, and with it the reference, outlives the closure.
    try withExtendedLifetime(self) { try unsafe body(pointer) }
  }

  /// Makes a call that returns a status, −1 for an error.
  @discardableResult
  @safe func call(_ function: StaticString, _ body: (OpaquePointer) -> Int32) throws -> Int32 {
    try withPointer { try unsafe ReturnCode.check(body($0), function) }
  }

  /// Makes a call that returns text which it allocated.
  @safe func text(
    _ function: StaticString, _ body: (OpaquePointer) -> UnsafeMutablePointer<CChar>?
  ) throws -> String {
    try withPointer { try unsafe ReturnCode.take(body($0), function) }
  }

  /// Makes a call that fills an integer with 0 or 1.
  @safe func flag(
    _ function: StaticString, _ body: (OpaquePointer, UnsafeMutablePointer<Int32>) -> Int32
  ) throws -> Bool {
    var value: Int32 = 0
    try call(function) { pointer in unsafe withUnsafeMutablePointer(to: &value) { unsafe body(pointer, $0) } }
    return value != 0
  }

  /// Makes a call that allocates an array of references, and gives each to `adopt`.
  ///
  /// `adopt` owns the reference it gets, whether it throws or not.
  @safe func list<Element>(
    _ function: StaticString,
    _ body: (OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<OpaquePointer?>?>) -> Int32,
    adopt: (OpaquePointer) throws -> Element
  ) throws -> [Element] {
    var array: UnsafeMutablePointer<OpaquePointer?>? = nil
    let count = try call(function) { pointer in
      unsafe withUnsafeMutablePointer(to: &array) { unsafe body(pointer, $0) }
    }
    // SAFETY: libvirt allocated `count` references with malloc and left both to us.
    guard let array = unsafe array else { return [] }
    defer { unsafe free(array) }
    var elements: [Result<Element, any Error>] = []
    elements.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      guard let reference = unsafe array[index] else { continue }
      elements.append(Result { try unsafe adopt(reference) })
    }
    return try elements.map { try $0.get() }
  }
}
