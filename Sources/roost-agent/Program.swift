import ArgumentParser
import Dispatch
import Foundation

/// The entry point.
@main
enum Program {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    // libvirt waits for its hook, perhaps for twenty at a time, so it skips everything that only other commands need.
    if arguments.first == "hook", let call = Hook.Call(Array(arguments.dropFirst())) { call.run() }
    Task {
      await RoostAgent.main()
      exit(0)
    }
    dispatchMain()
  }
}
