//! A made company with known effects, for trying Herald and for testing it. Its numbers are made, its engines are not.
//! Pure: no storage, no clock. What was planted is described in docs/demo.md and told by [`Company::planted`].

mod parameters;
mod chance;
mod calendar;
mod catalogue;
mod customers;
mod mailings;
mod orders;
mod interactions;
mod ads;
mod posts;

use jiff::civil::Date;

use crate::domain::{AdResult, CampaignSend, Interaction, Order, Post, Product};
use calendar::Calendar;
use catalogue::Catalogue;
pub use customers::Customer;
use orders::Shelf;
use parameters::Parameters;
pub use posts::{PostKind, PostLabel};

/// Which company to make. The same options make the same company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOptions {
    /// Another seed is another company with the same effects.
    pub seed: u64,
    /// The last day of data; all effects are dated from it.
    pub last_day: Date,
    /// Years of data, 1 to 5.
    pub years: u8,
}

impl DemoOptions {
    /// Two years up to a day.
    #[must_use]
    pub fn until(last_day: Date) -> DemoOptions {
        DemoOptions { seed: 7, last_day, years: 2 }
    }
}

/// The company.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Products with the prices of the last day.
    pub products: Vec<Product>,
    /// Order lines and returns, in the order of time.
    pub orders: Vec<Order>,
    /// Reviews, posts and letters, in the order of time.
    pub posts: Vec<Post>,
    /// Ad results, by day.
    pub ad_results: Vec<AdResult>,
    /// Views, baskets, likes and purchases on the web in the last year.
    pub interactions: Vec<Interaction>,
    /// Mailings.
    pub campaign_sends: Vec<CampaignSend>,
    /// What is true of each post, in the order of the posts; not a table that engines read.
    pub post_labels: Vec<PostLabel>,
    /// The customers with what is true of them; not a table that engines read.
    pub customers: Vec<Customer>,
}

impl Company {
    /// Makes the company.
    #[must_use]
    pub fn generate(options: &DemoOptions) -> Company {
        let seed = options.seed;
        let parameters: Parameters = parameters::read("company.toml");
        let calendar = Calendar::new(options.last_day, options.years, &parameters);
        let catalogue = Catalogue::new(seed, &parameters, &calendar);
        let climate = customers::Climate::new(seed, &parameters, &calendar);
        let lives = customers::lives(seed, &parameters, &calendar, &climate);
        let walk_ins = customers::walk_ins(seed, &parameters, &calendar, &climate);
        let shelf = Shelf { parameters: &parameters, calendar: &calendar, catalogue: &catalogue };
        let orders = orders::orders(seed, &shelf, &lives, &walk_ins);
        let ads = ads::Ads::read();
        let (posts, post_labels) = posts::posts(seed, &shelf);
        Company {
            name: parameters.name.clone(),
            products: catalogue.products(&parameters, &calendar),
            posts,
            post_labels,
            ad_results: ads::results(seed, &ads, &parameters, &calendar),
            interactions: interactions::interactions(seed, &shelf, &lives, &orders),
            campaign_sends: mailings::sends(&parameters, &lives, &orders),
            customers: lives.into_iter().map(|life| life.customer).collect(),
            orders,
        }
    }
}
