import Foundation
import FuzzKit

/// Hands one target to libFuzzer, which `swift build --sanitize fuzzer` links in; `deploy/campaign fuzz` runs it.
@main
struct Fuzz {
  /// libFuzzer's own main loop: it takes the program's arguments and a function of bytes.
  private typealias Driver =
    @convention(c) (
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
      @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

  private static let target = ProcessInfo.processInfo.environment["ROOST_FUZZ_TARGET"].flatMap(FuzzTarget.init)

  static func main() {
    guard target != nil else {
      print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
      return
    }
    guard let symbol = dlsym(nil, "LLVMFuzzerRunDriver") else {
      FileHandle.standardError.write(Data("error: built without libFuzzer; run deploy/campaign fuzz\n".utf8))
      exit(64)
    }
    let run = unsafeBitCast(symbol, to: Driver.self)
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(run(&count, &arguments, read))
  }

  fileprivate static func take(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    target?.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  }
}

/// What libFuzzer calls with each input; its own main function, which is linked in and not called, wants this name.
@_cdecl("LLVMFuzzerTestOneInput")
func read(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Fuzz.take(bytes, count)
  return 0
}
