// foundry: threads that sort, hash, panic and catch, recurse through trait objects and closures.
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{mpsc, Arc, Mutex};
use std::{io::Write, panic, thread};

static SINK: AtomicU64 = AtomicU64::new(0);

trait Mold {
    fn pour(&self, depth: u64) -> u64;
}

struct Bell(Vec<u64>);
struct Gear<T>(T);

impl Mold for Bell {
    #[inline(never)]
    fn pour(&self, depth: u64) -> u64 {
        let mut metal = self.0.clone();
        metal.sort_by(|a, b| (b % 97).cmp(&(a % 97)));
        metal.iter().map(|m| m ^ depth).fold(0, u64::wrapping_add)
    }
}

impl<T: Clone + Into<u64> + Send> Mold for Gear<T> {
    #[inline(never)]
    fn pour(&self, depth: u64) -> u64 {
        if depth == 0 {
            return self.0.clone().into();
        }
        self.pour(depth - 1).wrapping_mul(31) + format!("{depth}").len() as u64
    }
}

#[inline(never)]
fn brittle(n: u64) -> u64 {
    if n % 5 == 0 {
        panic!("cracked");
    }
    n
}

fn cast(molds: &[Box<dyn Mold + Sync + Send>], n: u64) -> u64 {
    let mut count: HashMap<String, u64> = HashMap::new();
    for i in 0..20 {
        *count.entry(format!("piece {}", (n + i) % 7)).or_default() += molds[(i % 3) as usize].pour(n % 40);
    }
    let caught = panic::catch_unwind(|| brittle(n)).unwrap_or(1);
    count.values().copied().fold(caught, u64::wrapping_add)
}

fn main() {
    panic::set_hook(Box::new(|_| ()));
    let molds: Arc<Vec<Box<dyn Mold + Sync + Send>>> =
        Arc::new(vec![Box::new(Bell((0..100).collect())), Box::new(Gear(3u32)), Box::new(Gear(4u8))]);
    let (send, receive) = mpsc::channel::<u64>();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..2 {
        let waits = Arc::clone(&receive);
        thread::spawn(move || waits.lock().unwrap().recv());
    }
    for t in 0..2 {
        let molds = Arc::clone(&molds);
        thread::Builder::new().name(format!("caster {t}")).spawn(move || {
            for n in t.. {
                SINK.fetch_add(cast(&molds, n), Ordering::Relaxed);
            }
        }).unwrap();
    }
    println!("ready");
    std::io::stdout().flush().unwrap();
    for n in 0.. {
        SINK.fetch_add(cast(&molds, n), Ordering::Relaxed);
    }
    drop(send);
}
