import Fleet
import Foundation

/// The machine's clock.
struct SystemWallClock: WallClock {
  func now() -> Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
